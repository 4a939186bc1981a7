"""What is true about the business: written beside the files, and never read by the pipeline."""
