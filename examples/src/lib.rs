//! Runnable integrations: each folder beside this one is an example.
