//! What is meant: flags over environment over file over what is known of the provider.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use jiff::civil::Date;
use secrecy::SecretString;
use sellside::config::{Asking, Config, PoolMember, PriceRow, Provider};
use sellside::llm::{GradeChoice, ModelSettings, PoolServer, Preset, ProbeCache, Remembered};

use super::args::model::{ModelArgs, Switch};
use super::env;
use super::error::CliError;

/// File looked for in the current folder.
const FILE: &str = "sellside.toml";
/// File `doctor` keeps its findings in.
const PROBES: &str = "probes.json";

/// Which model to ask, and where the settings came from.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    /// The settings file that was read.
    pub(crate) file: Option<PathBuf>,
    /// The provider that was chosen.
    pub(crate) provider: Option<String>,
    /// The model; `None` when none is named.
    pub(crate) model: Option<ModelSettings>,
    /// The variable the key is read from; `None` where no key is sent.
    pub(crate) api_key_env: Option<String>,
    /// Whether a key is needed and its variable is not set.
    pub(crate) missing_key: bool,
    /// How a report is put to the model, by the settings file.
    pub(crate) asking: Asking,
    /// The file's own prices.
    pub(crate) prices: Vec<PriceRow>,
    /// Something half configured, to tell people.
    pub(crate) note: Option<String>,
    /// Where `doctor` keeps its findings; `None` where nothing is kept.
    pub(crate) cache: Option<ProbeCache>,
    /// What it found out about this server and model.
    pub(crate) remembered: Option<Remembered>,
}

/// The provider that was chosen: its table, and what is known of it.
#[derive(Default)]
struct Choice {
    name: Option<String>,
    table: Provider,
    preset: Option<&'static Preset>,
}

impl Settings {
    /// Resolves flags, environment and file.
    pub(crate) fn resolve(args: &ModelArgs, config: Option<&Path>) -> Result<Self, CliError> {
        let (file, config) = read_config(config)?;
        let Choice { name, table, preset } = choose(&config, args.provider.as_deref())?;
        // What is typed wins; a provider that is named by hand wins over the environment, one that is not loses to it.
        let by_hand = args.provider.is_some();
        let environment = |name: &str| env::text(name).filter(|_| !by_hand);
        let model = args.model.clone().or_else(|| environment(env::SELLSIDE_MODEL)).or(table.model.clone());
        let typed_url = args.base_url.clone();
        let environment_url = environment(env::OPENAI_BASE_URL).filter(|_| typed_url.is_none());
        let elsewhere = typed_url.or_else(|| environment_url.clone());
        let own_address = elsewhere.is_none();
        let url_is_named = !own_address || table.base_url.is_some();
        let base_url =
            elsewhere.or(table.base_url.clone()).or_else(|| preset.or_else(Preset::default_choice)?.base_url().map(str::to_owned));
        let key = base_url.as_deref().map(|url| {
            // A table's key is for the table's address; elsewhere it goes only where the table was named by hand.
            let of_table = table.api_key_env.clone().filter(|_| own_address || by_hand);
            key_variable(args.api_key_env.clone().or(of_table), url, environment_url.is_some())
        });
        let key = key.unwrap_or_default();
        let secret = key.variable.as_deref().and_then(env::text);
        let mut settings = Self {
            file,
            provider: name,
            missing_key: key.needed && secret.is_none(),
            api_key_env: key.variable,
            prices: config.price.clone(),
            cache: if args.no_cache { None } else { env::cache_folder().map(|folder| ProbeCache::new(folder.join(PROBES))) },
            asking: config.asking,
            ..Self::default()
        };
        let Some(model) = model else {
            // A key in the environment is no wish to send reports anywhere: a model must be named.
            if args.base_url.is_some() || by_hand {
                return Err(CliError::could_not_run(anyhow!("a server is named, but no model")).hinted(Some("add `--model NAME`")));
            }
            if secret.is_some() || url_is_named {
                settings.note = Some(format!(
                    "note: a server or key is configured, but no model is named: add `--model NAME` or set `{}`",
                    env::SELLSIDE_MODEL
                ));
            }
            return Ok(settings);
        };
        let base_url = base_url.ok_or_else(|| no_address(preset))?;
        // A provider that was chosen stays it behind another address, such as a gateway's; one that was only the file's
        // default is no word on what answers there.
        let preset = preset.filter(|_| own_address || by_hand || table.preset.is_some());
        let mut resolved = ModelSettings { preset, ..ModelSettings::new(base_url, model) }.with_provider(&table);
        resolved.api_key = secret.map(|key| SecretString::from(key.trim().to_owned()));
        // Its members belong to the table's own server.
        if own_address {
            resolved.pool = table.pool.iter().map(|member| pool_server(member, &resolved)).collect::<Result<_, _>>()?;
        }
        if let Some(grade) = args.grade {
            resolved.grade = grade;
        }
        resolved.thinking = args.thinking.map(|switch| switch == Switch::On).or(resolved.thinking);
        resolved.context_tokens = args.context_tokens.or(resolved.context_tokens);
        resolved.max_output_tokens = args.max_output_tokens.or(resolved.max_output_tokens);
        if let Some(seconds) = args.timeout {
            resolved.timeout = Duration::from_secs(seconds);
        }
        resolved.offline = args.offline;
        settings.remembered = settings.cache.as_ref().and_then(|cache| remembered(cache, &resolved));
        resolved.begin_with = settings.remembered.map(|remembered| remembered.grade);
        settings.model = Some(resolved);
        Ok(settings)
    }

    /// Puts reports to the model in this way.
    pub(crate) fn ask(&mut self, asking: Asking) {
        self.asking = asking;
        if let Some(model) = &mut self.model {
            model.asking = asking;
        }
    }

    /// The model, ready to be asked.
    pub(crate) fn model_to_ask(&self) -> Result<Option<&ModelSettings>, CliError> {
        if let (true, Some(variable), Some(_)) = (self.missing_key, &self.api_key_env, &self.model) {
            let error = anyhow!("`{variable}` is not set, and the API key is to be read from it");
            return Err(
                CliError::could_not_run(error).hinted(Some("set it, or name another variable with `--api-key-env` or `api_key_env`"))
            );
        }
        Ok(self.model.as_ref())
    }
}

/// A further server, with the key its variable holds. A key goes to no other server than its own.
fn pool_server(member: &PoolMember, first: &ModelSettings) -> Result<PoolServer, CliError> {
    let same = member.base_url.as_ref().is_none_or(|url| *url == first.base_url);
    let api_key = match &member.api_key_env {
        Some(variable) => {
            let key = env::text(variable).ok_or_else(|| {
                CliError::could_not_run(anyhow!("`{variable}` is not set, and the API key of a server of `pool` is to be read from it"))
                    .hinted(Some("set it, or take the server out of `pool`"))
            })?;
            Some(SecretString::from(key.trim().to_owned()))
        }
        None => first.api_key.clone().filter(|_| same),
    };
    let base_url = member.base_url.clone().unwrap_or_else(|| first.base_url.clone());
    Ok(PoolServer { base_url, api_key, weight: member.weight.unwrap_or(1) })
}

/// Today by UTC, for what is kept with a day.
pub(crate) fn today() -> Date {
    jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::now()).date()
}

fn remembered(cache: &ProbeCache, model: &ModelSettings) -> Option<Remembered> {
    // An address that cannot be used is reported when it is about to be.
    let endpoint = model.endpoint().ok().filter(|_| model.grade == GradeChoice::Auto)?;
    cache.get(&endpoint, model.model.trim(), today())
}

/// The provider that `--provider`, the file's default or its only table names.
fn choose(config: &Config, typed: Option<&str>) -> Result<Choice, CliError> {
    let Some((name, table)) = config.provider(typed) else { return Ok(Choice::default()) };
    let known = || Preset::all().iter().map(|preset| format!("`{}`", preset.name())).collect::<Vec<_>>().join(", ");
    let wanted = table.and_then(|table| table.preset.as_deref());
    let preset = Preset::named(wanted.unwrap_or(name));
    let refused = match (preset, wanted, table) {
        (None, Some(wanted), _) => Some(format!("`provider.{name}.preset` is `{wanted}`, which is no known provider")),
        (None, None, None) => Some(format!("`{name}` is no known provider, and there is no `[provider.{name}]` table")),
        (Some(_), _, _) | (None, None, Some(_)) => None,
    };
    if let Some(refused) = refused {
        return Err(CliError::could_not_run(anyhow!(refused)).hinted(Some(format!("name a table of `{FILE}`, or one of {}", known()))));
    }
    Ok(Choice { name: Some(name.to_owned()), table: table.cloned().unwrap_or_default(), preset })
}

/// Where the key is read from.
#[derive(Default)]
struct Key {
    variable: Option<String>,
    needed: bool,
}

/// A key is sent where somebody named its variable; a known provider's only to that provider's own hosts; and OpenAI's
/// also to the server the same environment names. Nobody else is shown it unasked.
fn key_variable(named: Option<String>, base_url: &str, address_from_environment: bool) -> Key {
    if named.is_some() {
        return Key { variable: named, needed: true };
    }
    if address_from_environment && env::text(env::OPENAI_API_KEY).is_some() {
        return Key { variable: Some(env::OPENAI_API_KEY.to_owned()), needed: true };
    }
    let at_home = Preset::of_url(base_url);
    match at_home.and_then(Preset::api_key_env) {
        Some(variable) => Key { variable: Some(variable.to_owned()), needed: at_home.is_some_and(Preset::needs_key) },
        None => Key::default(),
    }
}

fn no_address(preset: Option<&Preset>) -> CliError {
    let name = preset.map_or("the provider", Preset::name);
    let like = preset.and_then(Preset::address).unwrap_or("http://127.0.0.1:8080/v1");
    CliError::could_not_run(anyhow!("`{name}` has no address of its own: each customer has one"))
        .hinted(Some(format!("give it with `--base-url` or `base_url`, like `{like}`")))
}

fn read_config(path: Option<&Path>) -> Result<(Option<PathBuf>, Config), CliError> {
    let path = match path {
        Some(path) => path.to_owned(),
        None if Path::new(FILE).is_file() => PathBuf::from(FILE),
        None => return Ok((None, Config::default())),
    };
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("could not read settings at `{}`", path.display()))
        .map_err(CliError::could_not_run)?;
    let config = Config::parse(&text)
        .with_context(|| format!("could not use settings at `{}`", path.display()))
        .map_err(|error| CliError::could_not_run(error).hinted(Some("`sellside schema config` prints what the file may hold")))?;
    Ok((Some(path), config))
}
