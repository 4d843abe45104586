//! `[web]`: health, metrics, and what destinations post back.

use std::net::{Ipv4Addr, SocketAddr};

use serde::{Deserialize, Serialize};

use super::environment::Environment;
use super::error::ConfigError;

/// Where kith listens for HTTP.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Web {
    /// Address and port. The default is seen from this machine only; put a web server with TLS before it.
    pub listen: SocketAddr,
}

impl Default for Web {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8480)),
        }
    }
}

impl Web {
    pub(super) fn override_from(&mut self, environment: &Environment) -> Result<(), ConfigError> {
        let expected = "an address and a port such as 127.0.0.1:8480";
        if let Some(listen) = environment.parsed("KITH_WEB_LISTEN", expected)? {
            self.listen = listen;
        }
        Ok(())
    }
}
