//! A server's address, checked and taken apart.

use std::net::IpAddr;

use reqwest::Url;

use super::preset::Preset;
use super::settings::SettingsError;

/// What stands for the model's name in a path, as a parsed address has it.
const MODEL: &str = "%7Bmodel%7D";

/// A server's address.
#[derive(Clone, Debug)]
pub(super) struct Address {
    /// Base without trailing slash and query, with credentials.
    pub(super) base: String,
    /// Query parameters sent with each request.
    pub(super) query: Vec<(String, String)>,
    /// Base for people and records: no credentials, no query.
    pub(super) label: String,
    /// The host.
    pub(super) host: String,
    /// Whether the host is this machine.
    pub(super) loopback: bool,
    /// Whether the connection is encrypted.
    pub(super) https: bool,
}

impl Address {
    /// Reads a base URL; one without a path gets the provider's.
    pub(super) fn parse(text: &str, model: &str, preset: Option<&Preset>) -> Result<Self, SettingsError> {
        let text = text.trim();
        let fail = |url: String, reason: &str| SettingsError::BaseUrl { url, reason: reason.to_owned() };
        // What cannot be parsed is cut before `@` and `?`: that is where secrets stand.
        let shown = text.rsplit('@').next().and_then(|rest| rest.split('?').next()).unwrap_or_default();
        let mut url = Url::parse(text).map_err(|error| fail(shown.to_owned(), &error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(fail(shown.to_owned(), "it must start with `http://` or `https://`"));
        }
        let Some(host) = url.host_str().map(|host| host.trim_matches(['[', ']']).to_owned()) else {
            return Err(fail(shown.to_owned(), "it names no host"));
        };
        let mut query: Vec<_> = url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        url.set_query(None);
        url.set_fragment(None);
        if let Some((path, more)) = preset.and_then(Preset::tail).filter(|_| url.path().trim_matches('/').is_empty()) {
            url.set_path(path);
            let missing = more.iter().filter(|(name, _)| !query.iter().any(|(given, _)| given == *name));
            let missing: Vec<_> = missing.map(|(name, value)| (name.clone(), value.clone())).collect();
            query.extend(missing);
        }
        if url.path().contains(MODEL) {
            let path = url.path().replace(MODEL, &as_segment(model));
            url.set_path(&path);
        }
        // async-openai joins by plain concatenation.
        let trimmed = |url: &Url| url.as_str().trim_end_matches('/').to_owned();
        let base = trimmed(&url);
        // Both fail only for URLs without a host, which were refused above.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        let label = trimmed(&url);
        Ok(Self { base, query, label, loopback: is_loopback(&host), host, https: url.scheme() == "https" })
    }
}

/// Whether a host is this machine, judged by its name alone: nothing is looked up.
fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// A name as one segment of a path.
fn as_segment(name: &str) -> String {
    // Parsing a constant address does not fail; the encoding is the parser's own.
    let Ok(mut url) = Url::parse("http://x") else { return String::new() };
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.push(name);
    }
    url.path().trim_start_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<Address, SettingsError> {
        Address::parse(url, "m", None)
    }

    #[test]
    fn addresses_are_taken_apart() {
        let address = parse(" https://me:pw@api.example.com/v1//?api-version=2024#x ").unwrap();
        assert_eq!(address.base, "https://me:pw@api.example.com/v1");
        assert_eq!(address.label, "https://api.example.com/v1");
        assert_eq!(address.query, [("api-version".to_owned(), "2024".to_owned())]);
        assert!(address.https && !address.loopback);
    }

    #[test]
    fn loopback_is_judged_by_name() {
        let cases = [
            ("http://localhost:1/v1", true),
            ("http://LOCALHOST", true),
            ("http://127.9.9.9", true),
            ("http://[::1]:8080/v1", true),
            ("http://127.0.0.1.example.com", false),
            ("http://localhost.example.com", false),
            ("http://10.0.0.1", false),
            ("http://0.0.0.0", false),
            ("https://api.openai.com/v1", false),
        ];
        for (url, loopback) in cases {
            assert_eq!(parse(url).unwrap().loopback, loopback, "{url}");
        }
    }

    #[test]
    fn bad_addresses_are_refused_without_their_secrets() {
        for url in ["", "api.example.com/v1", "ftp://u:secret@x/", "u:secret@host?key=secret", "https://u:secret@"] {
            let error = parse(url).unwrap_err();
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }

    #[test]
    fn a_host_alone_gets_the_provider_s_path() {
        let azure = Preset::named("azure");
        let version = |version: &str| vec![("api-version".to_owned(), version.to_owned())];
        let cases = [
            ("https://r.openai.azure.com", "https://r.openai.azure.com/openai/deployments/my%2Fgpt%204", version("2024-10-21")),
            (
                "https://r.openai.azure.com/?api-version=2025-01-01",
                "https://r.openai.azure.com/openai/deployments/my%2Fgpt%204",
                version("2025-01-01"),
            ),
            ("https://r.openai.azure.com/openai/v1/", "https://r.openai.azure.com/openai/v1", Vec::new()),
            ("https://gateway.example.com/{model}/v1", "https://gateway.example.com/my%2Fgpt%204/v1", Vec::new()),
        ];
        for (url, base, query) in cases {
            let address = Address::parse(url, "my/gpt 4", azure).unwrap();
            assert_eq!((address.base.as_str(), address.query), (base, query), "{url}");
        }
        let ollama = Address::parse("http://10.0.0.7:11434", "m", Preset::named("ollama")).unwrap();
        assert_eq!(ollama.base, "http://10.0.0.7:11434/v1");
    }

    #[test]
    fn a_model_s_name_leads_to_no_other_path() {
        for model in ["..", "../../admin", "a?b=c", "a#b", "{model}", "%2e%2e"] {
            let address = Address::parse("https://r.openai.azure.com", model, Preset::named("azure")).unwrap();
            let tail = address.base.strip_prefix("https://r.openai.azure.com/openai/deployments").unwrap();
            assert!(tail.matches('/').count() <= 1 && !tail.contains(['?', '#']), "{model}: {}", address.base);
        }
    }
}
