//! What the macros may name. Not public: it changes with every version.

pub use crate::{
    call::Call,
    classify::{Delay, StatusOf},
    outcome::{Classified, FromRejection, Outcome, Rejectable},
    site::Site,
    time::Limit,
};
