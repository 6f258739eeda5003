//! Arguments of questions that go with batches of the provider's.

use clap::Args as ClapArgs;

/// Questions that go with batches of the provider's
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Batch API")]
pub(crate) struct ProviderBatchArgs {
    /// Send all questions through the provider's Batch API: about half the price, answers within a day; the same command goes on
    #[arg(long, conflicts_with_all = ["rules_only", "replay", "record", "budget"])]
    pub(crate) provider_batch: bool,

    /// Most seconds between two looks at batches under way [default: 60]
    #[arg(long, value_name = "SECONDS", requires = "provider_batch", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) poll: Option<u64>,

    /// Most questions in one batch [default: 50000, the most OpenAI takes]
    #[arg(long, value_name = "N", requires = "provider_batch", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) batch_size: Option<u32>,
}
