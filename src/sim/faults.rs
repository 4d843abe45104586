//! Faults that a simulated server can be told to inject.
