use resilience::{Classify, Verdict};

#[derive(Debug, Classify)]
#[classify(default = permanent)]
enum Mostly {
    Silent,
    Named {
        code: u32,
    },
    #[retryable]
    Again,
    #[classify(with = Self::verdict)]
    Computed(u32),
}

impl Mostly {
    const fn verdict(&self) -> Verdict {
        match self {
            Self::Computed(0) => Verdict::retryable(),
            Self::Named { code: 0 } => Verdict::throttled(),
            Self::Silent | Self::Again | Self::Named { .. } | Self::Computed(_) => {
                Verdict::permanent()
            }
        }
    }
}

#[derive(Debug, Classify)]
#[classify(with = by_code, crate = ::resilience)]
struct Database {
    code: u32,
}

const fn by_code(error: &Database) -> Verdict {
    match error.code {
        40001 => Verdict::retryable(),
        _ => Verdict::permanent(),
    }
}

pub(super) async fn run() {
    std::future::ready(()).await;
    assert_eq!(Mostly::Silent.classify(), Verdict::permanent());
    assert_eq!(Mostly::Named { code: 0 }.classify(), Verdict::permanent());
    assert_eq!(Mostly::Again.classify(), Verdict::retryable());
    assert_eq!(Mostly::Computed(0).classify(), Verdict::retryable());
    assert!(Database { code: 40001 }.classify().is_retryable());
}
