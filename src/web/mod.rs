//! Health, metrics and what destinations post back.
