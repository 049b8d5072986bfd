#![doc = include_str!("../README.md")]

mod backoff;
mod cache;
mod circuit;
mod hedge;
mod idempotent;
mod retry;
mod rules;
mod schedule;
mod text;

pub use crate::{
    backoff::Backoff,
    cache::Cache,
    circuit::{Circuit, Trip, Window},
    hedge::{Hedge, HedgeAfter},
    idempotent::Idempotent,
    retry::Retry,
    rules::{Layer, Rule, Stack, Violation, WorstCase},
    schedule::{Jitter, Schedule, Shape},
    text::Text,
};
