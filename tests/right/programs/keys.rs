//! Every key of every attribute, as literal, constant and expression.

mod every_backoff_and_jitter;
mod keys_of_bulkhead;
mod keys_of_cache;
mod keys_of_circuit;
mod keys_of_fallback;
mod keys_of_hedge;
mod keys_of_idempotent;
mod keys_of_rate_limit;
mod keys_of_retry_as_constants_and_expressions;
mod keys_of_retry_as_literals;
mod keys_of_timeout;
mod stacks_of_all_layers;

programs! {
    every_backoff_and_jitter
    keys_of_cache
    keys_of_bulkhead
    keys_of_circuit
    keys_of_fallback
    keys_of_rate_limit
    keys_of_hedge
    keys_of_idempotent
    keys_of_retry_as_constants_and_expressions
    keys_of_retry_as_literals
    keys_of_timeout
    stacks_of_all_layers
}
