//! The runtime's own tests, which need real threads, are left out of the files included here.

fn main() {
    println!("cargo::rustc-cfg=loom");
    println!("cargo::rustc-check-cfg=cfg(feature, values(\"testing\"))");
    println!("cargo::rerun-if-changed=build.rs");
}
