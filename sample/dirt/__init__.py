"""What goes wrong between a business and its files: at stated rates, and all written down."""
