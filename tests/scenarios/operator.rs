//! The commands of whoever runs kith: init, doctor, outbox, read, run.
