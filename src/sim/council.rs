//! A simulated council endpoint.
