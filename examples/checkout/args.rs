//! The command line, by hand.

/// What the user asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Args {
    pub seed: u64,
    pub orders: u32,
    pub quiet: bool,
}

/// What to do instead of running.
#[derive(Debug, PartialEq, Eq)]
pub enum Stop {
    Help,
    Mistake(String),
}

pub const HELP: &str = "\
Runs checkouts against services that misbehave on purpose, and proves that no failed
checkout leaves anything behind.

Usage: cargo run --example checkout -- [OPTIONS]

      --seed N      tell the story number N again [default: another one each time]
      --orders N    how many checkouts, 1 to 200 [default: 40]
      --quiet       only the closing table
      --help        this text

Exit code: 0 all clean, 1 something was left behind, 2 wrong options.
";

impl Args {
    /// Reads the options; `seed` is the one to take if the user names none.
    pub fn parse(words: impl IntoIterator<Item = String>, seed: u64) -> Result<Self, Stop> {
        let mut args = Self {
            seed,
            orders: 40,
            quiet: false,
        };
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            // Both `--seed 7` and `--seed=7`.
            let (option, value) = match word.split_once('=') {
                Some((option, value)) => (option, Some(value.to_owned())),
                None => (word.as_str(), None),
            };
            match option {
                "--seed" => {
                    args.seed = number(option, value.or_else(|| words.next()), 0..=u64::MAX)?;
                }
                "--orders" => {
                    let orders = number(option, value.or_else(|| words.next()), 1..=200)?;
                    args.orders = u32::try_from(orders).unwrap_or(u32::MAX);
                }
                "--quiet" | "--help" if value.is_some() => {
                    return Err(Stop::Mistake(format!("`{option}` takes no value")));
                }
                "--quiet" => args.quiet = true,
                "--help" => return Err(Stop::Help),
                _ => {
                    return Err(Stop::Mistake(format!(
                        "unknown option `{option}`: use --seed, --orders, --quiet or --help"
                    )));
                }
            }
        }
        Ok(args)
    }
}

fn number(
    option: &str,
    value: Option<String>,
    range: std::ops::RangeInclusive<u64>,
) -> Result<u64, Stop> {
    let Some(value) = value else {
        return Err(Stop::Mistake(format!("`{option}` needs a number")));
    };
    match value.parse() {
        Ok(number) if range.contains(&number) => Ok(number),
        _ => Err(Stop::Mistake(format!(
            "`{option}` takes a number from {} to {}, not `{value}`",
            range.start(),
            range.end()
        ))),
    }
}
