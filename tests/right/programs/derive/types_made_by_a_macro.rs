use resilience::{Classify, Verdict};

macro_rules! error {
    ($name:ident { $($class:ident $variant:ident($ty:ty)),* }) => {
        #[derive(Debug, Classify)]
        enum $name { $(#[$class] $variant($ty)),* }
    };
}

error!(Error {
    permanent Wrong(u32),
    retryable r#Match(String)
});

pub(super) async fn run() {
    std::future::ready(()).await;
    let (wrong, busy) = (Error::Wrong(1), Error::r#Match(String::new()));
    assert_eq!(wrong.classify(), Verdict::permanent());
    assert_eq!(busy.classify(), Verdict::retryable());
    if let Error::Wrong(code) = wrong {
        assert_eq!(code, 1);
    }
    if let Error::r#Match(text) = busy {
        assert!(text.is_empty());
    }
}
