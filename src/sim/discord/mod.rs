//! A simulated Discord: REST and gateway.
