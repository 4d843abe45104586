//! Inbound to disk, disk to platforms, and what time does: receive, deliver, sweep, supervise.
