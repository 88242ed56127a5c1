//! Where a run is aimed: this machine, unless somebody says that the other one is theirs.

use std::fmt;
use std::net::IpAddr;

use anyhow::{Context, Result, bail, ensure};
use reqwest::Url;

/// The address of a deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Without a slash at its end: `http://127.0.0.1:8080`.
    pub base: String,
    /// Of its WebSocket API: `ws://127.0.0.1:8080/ws`.
    pub socket: String,
    /// Whether both are of this machine.
    pub is_here: bool,
}

impl Target {
    /// Checks the addresses. `socket` is `/ws` at the base unless it is named.
    ///
    /// # Errors
    /// What is no address, and another machine than this one, unless `elsewhere` allows it.
    pub fn new(base: &str, socket: Option<&str>, elsewhere: bool) -> Result<Self> {
        let url = parse("URL", base, &["http", "https"])?;
        let base = url.as_str().trim_end_matches('/').to_owned();
        let socket = match socket {
            Some(socket) => parse("WS_URL", socket, &["ws", "wss"])?,
            None => parse("URL", &format!("{}/ws", base.replacen("http", "ws", 1)), &["ws", "wss"])?,
        };
        let strange: Vec<&Url> = [&url, &socket].into_iter().filter(|url| !is_here(url)).collect();
        if let (Some(url), false) = (strange.first(), elsewhere) {
            bail!(
                "{} is another machine than this one, and a crowd that nobody there expects is an attack, and costs its owner money. \
                 If it is yours, or its owner has agreed, say so: ELSEWHERE=yes",
                url.host_str().unwrap_or(base.as_str())
            );
        }
        Ok(Self { base, socket: socket.to_string(), is_here: strange.is_empty() })
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.base)
    }
}

/// `name` is the variable that the address stands in.
fn parse(name: &str, address: &str, schemes: &[&str]) -> Result<Url> {
    // Before anything that would repeat the address.
    ensure!(
        !address.contains('@'),
        "{name} has an @: a user or password before it would stand in the terminal and in the report, and is not used; leave it out"
    );
    let url =
        Url::parse(address).with_context(|| format!("{address} is not an address such as http://127.0.0.1:8080"))?;
    ensure!(schemes.contains(&url.scheme()), "{address} begins with none of {}", schemes.join(", "));
    ensure!(
        url.query().is_none() && url.fragment().is_none(),
        "{address} has a query or fragment: name the base alone"
    );
    Ok(url)
}

/// Whether an address is of this machine by what it says, with no question to a name server but for `localhost`, which is
/// never anything else (RFC 6761).
fn is_here(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let loopback = |ip: IpAddr| ip.to_canonical().is_loopback();
    host == "localhost" || bare.parse().is_ok_and(loopback)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_taken_under_each_of_its_names() {
        for base in [
            "http://127.0.0.1:8080",
            "http://localhost:81/",
            "http://[::1]:8080",
            "https://127.9.9.9",
            "http://127.1:80",
        ] {
            assert!(Target::new(base, None, false).unwrap().is_here, "{base}");
        }
        let target = Target::new("http://localhost:8080/", None, false).unwrap();
        assert_eq!((target.base.as_str(), target.socket.as_str()), ("http://localhost:8080", "ws://localhost:8080/ws"));
    }

    #[test]
    fn another_machine_is_refused_with_a_sentence_until_it_is_allowed() {
        for base in [
            "https://tickets.example",
            "http://localhost.tickets.example",
            "http://10.0.0.1",
            "http://0.0.0.0:8080",
            "http://[2001:db8::1]",
            "http://127.0.0.1.tickets.example",
        ] {
            let refused = Target::new(base, None, false).unwrap_err().to_string();
            assert!(refused.contains("ELSEWHERE=yes") && refused.contains("another machine"), "{base}: {refused}");
            assert!(!Target::new(base, None, true).unwrap().is_here, "{base}");
        }
    }

    #[test]
    fn a_user_or_password_is_refused_by_its_variable_and_never_repeated() {
        for base in [
            "http://u:hidden@127.0.0.1",
            "u:hidden@127.0.0.1",
            "http://127.0.0.1@tickets.example",
            "http://hidden@[::1]",
        ] {
            let refused = format!("{:#}", Target::new(base, None, true).unwrap_err());
            assert!(refused.starts_with("URL has an @") && !refused.contains("hidden"), "{refused}");
        }
        let refused =
            Target::new("http://127.0.0.1", Some("ws://u:hidden@127.0.0.1/ws"), false).unwrap_err().to_string();
        assert!(refused.starts_with("WS_URL has an @") && !refused.contains("hidden"), "{refused}");
    }

    #[test]
    fn a_socket_on_another_machine_is_another_machine_too() {
        let refused = Target::new("http://127.0.0.1:8080", Some("wss://tickets.example/ws"), false).unwrap_err();
        assert!(refused.to_string().starts_with("tickets.example is another machine"), "{refused}");
    }

    #[test]
    fn what_is_no_base_address_is_refused() {
        for (base, why) in [
            ("127.0.0.1:8080", "not an address"),
            ("ftp://127.0.0.1", "begins with none of http, https"),
            ("http://127.0.0.1/?a=b", "has a query"),
        ] {
            let refused = format!("{:#}", Target::new(base, None, true).unwrap_err());
            assert!(refused.contains(why), "{base}: {refused}");
        }
    }
}
