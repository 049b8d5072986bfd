//! What the files of the runtime find around them, no larger than they need it.

pub(crate) mod outcome {
    pub(crate) trait Outcome {
        type Error;
    }

    impl<T, E> Outcome for Result<T, E> {
        type Error = E;
    }
}

pub(crate) mod rejection {
    use std::time::Duration;

    #[derive(Debug)]
    pub(crate) enum Rejection {
        CircuitOpen {
            #[expect(dead_code, reason = "nobody reads it here")]
            site: &'static str,
            #[expect(dead_code, reason = "nobody reads it here")]
            retry_after: Option<Duration>,
        },
    }
}

pub(crate) mod site {
    #[derive(Debug)]
    pub(crate) struct Site;

    impl Site {
        #[expect(clippy::unused_self, reason = "as the one of the runtime")]
        pub(crate) fn name(&self) -> &'static str {
            "site"
        }
    }

    #[derive(Debug, Clone, Copy)]
    pub(crate) enum Name {
        Given(&'static str),
    }

    impl Name {
        pub(crate) fn get(self) -> &'static str {
            let Self::Given(name) = self;
            name
        }
    }
}
