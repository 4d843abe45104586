//! A process under measurement: held still, let go, weighed, and killed at the end.

use std::fs;
use std::process::{Child, Command};
use std::time::Duration;

use crate::measure::Fallible;

/// What Linux counts processor time in, on every machine since 2.6: `getconf CLK_TCK` says 100.
const TICK: Duration = Duration::from_millis(10);

/// A child process, killed when dropped.
pub(crate) struct Process {
    child: Child,
}

impl Process {
    pub(crate) fn new(child: Child) -> Self {
        Self { child }
    }

    /// Stops its clock: what is sent to it waits in the sockets.
    pub(crate) fn hold(&self) -> Fallible<()> {
        self.signal("-STOP")
    }

    /// Lets it go on.
    pub(crate) fn release(&self) -> Fallible<()> {
        self.signal("-CONT")
    }

    fn signal(&self, signal: &str) -> Fallible<()> {
        let status = Command::new("kill")
            .args([signal, &self.child.id().to_string()])
            .status()?;
        if status.success() {
            Ok(())
        } else {
            Err(format!("kill {signal} failed: the process has ended").into())
        }
    }

    /// An error if it has ended.
    pub(crate) fn check_alive(&mut self) -> Fallible<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => {
                Err(format!("expected a running process, found that it ended: {status}").into())
            }
        }
    }

    /// Resident memory in megabytes: now, and the most so far.
    pub(crate) fn memory(&self) -> Fallible<(f64, f64)> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let megabytes = |name: &str| -> Fallible<f64> {
            let line = status.lines().find(|line| line.starts_with(name));
            let kilobytes = line
                .and_then(|line| line.split_whitespace().nth(1))
                .ok_or("no such line in /proc")?;
            Ok(kilobytes.parse::<f64>()? * 1024.0 / 1e6)
        };
        Ok((megabytes("VmRSS:")?, megabytes("VmHWM:")?))
    }

    /// Processor time used so far, in user and system mode, by all its threads.
    pub(crate) fn processor_time(&self) -> Fallible<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The name in brackets may hold anything; field 3 follows it.
        let (_, fields) = stat
            .rsplit_once(')')
            .ok_or("expected `pid (name) fields` in /proc/PID/stat")?;
        let mut ticks = fields
            .split_whitespace()
            .skip(11)
            .take(2)
            .map(str::parse::<u32>);
        let (user, system) = (
            ticks.next().ok_or("no utime")??,
            ticks.next().ok_or("no stime")??,
        );
        Ok(TICK * (user + system))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already; nothing else can go wrong here.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
