//! What the macros may name. Not public: it changes with every version.

pub use crate::{
    call::Call,
    circuit::{CircuitFuture, CircuitKeys, CircuitRef, CircuitState, KeyedCircuit, circuit},
    keyed::{Key, KeyByClone, KeyByPart, KeyByRef, KeyOf, KeyPart},
    outcome::{Classified, FromRejection, Outcome, Rejectable},
    site::Site,
    time::Limit,
};

/// The policy of a circuit, as `Circuit::with_policy` and `CircuitKeys::new` take it.
pub use resilience_policy::Circuit as CircuitPolicy;
