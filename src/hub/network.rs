//! Keeps a destination's address from being turned against this network: names are looked up here,
//! and only addresses of the open internet are ever connected to.

use std::error::Error;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// An address inside a network, where a destination must not be unless it says so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{host}` is an address of this or another private network")]
pub struct PrivateAddress {
    /// What led there.
    pub host: String,
}

impl PrivateAddress {
    /// The same, where it is what an error is about.
    pub(super) fn within<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e Self> {
        let mut error = Some(error);
        while let Some(cause) = error {
            if let Some(found) = cause.downcast_ref() {
                return Some(found);
            }
            error = cause.source();
        }
        None
    }
}

/// Refuses an address written as numbers, which no look-up would see.
pub(super) fn check_literal(url: &Url) -> Result<(), PrivateAddress> {
    let address = match url.host() {
        Some(Host::Ipv4(address)) => IpAddr::V4(address),
        Some(Host::Ipv6(address)) => IpAddr::V6(address),
        Some(Host::Domain(_)) | None => return Ok(()),
    };
    if is_open(address) {
        Ok(())
    } else {
        Err(PrivateAddress {
            host: address.to_string(),
        })
    }
}

/// Looks names up and leaves private addresses out. What was looked up is what is connected to,
/// so that a name can't mean one address when checked and another when used.
pub(super) struct OpenAddresses;

impl Resolve for OpenAddresses {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let found = tokio::net::lookup_host((host.as_str(), 0)).await?;
            let open: Vec<SocketAddr> = found.filter(|found| is_open(found.ip())).collect();
            if open.is_empty() {
                return Err(PrivateAddress { host }.into());
            }
            Ok(Box::new(open.into_iter()) as Addrs)
        })
    }
}

/// Whether an address belongs to the open internet (the IANA special-purpose registries).
fn is_open(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_open_v4(address),
        IpAddr::V6(address) => match carried_v4(address) {
            Some(carried) => is_open_v4(carried),
            None => is_open_v6(address),
        },
    }
}

const fn is_open_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    let shared = first == 100 && second >= 64 && second < 128;
    let protocols = first == 192 && second == 0 && third == 0;
    let relays = first == 192 && second == 88 && third == 99;
    let benchmarks = first == 198 && (second == 18 || second == 19);
    let reserved = first == 0 || first >= 240;
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || shared
        || protocols
        || relays
        || benchmarks
        || reserved)
}

/// Only `2000::/3` is given out, and parts of it lead back inside or nowhere.
const fn is_open_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let given_out = first & 0xe000 == 0x2000;
    let protocols = first == 0x2001 && second < 0x0200;
    let documentation = (first == 0x2001 && second == 0x0db8) || first == 0x3fff;
    given_out && !protocols && !documentation
}

/// The IPv4 address that an IPv6 address stands for: mapped, NAT64 or 6to4.
fn carried_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let join = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match address.segments() {
        [0x0064, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => Some(join(high, low)),
        _ => address.to_ipv4_mapped(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_told_from_open_ones() {
        let closed = [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.8.8.8",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::7f00:1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ];
        for text in closed {
            assert!(!is_open(text.parse().unwrap()), "{text}");
        }
        for text in [
            "1.1.1.1",
            "9.255.255.255",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.20.0.1",
            "223.255.255.255",
            "2a00:1450::1",
            "2606:4700::1111",
            "::ffff:1.1.1.1",
            "64:ff9b::101:101",
            "2002:101:101::",
        ] {
            assert!(is_open(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn however_a_number_is_written_it_is_seen() {
        for url in [
            "http://127.0.0.1/",
            "http://0x7f.1/",
            "http://2130706433/",
            "http://[::1]:8/",
        ] {
            assert!(check_literal(&url.parse().unwrap()).is_err(), "{url}");
        }
        assert_eq!(check_literal(&"https://1.1.1.1/".parse().unwrap()), Ok(()));
        assert_eq!(
            check_literal(&"https://hub.example.org/".parse().unwrap()),
            Ok(())
        );
    }
}
