//! Signals, prompts and numbers.
