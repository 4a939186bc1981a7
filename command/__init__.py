"""The saleslake command: the main job, what it builds, its report, its log."""
