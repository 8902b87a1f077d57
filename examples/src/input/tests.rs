use std::{
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicUsize, Ordering},
};

use super::*;

const LOCK: &str = include_str!("../../fixtures/orchard.lock");
const METADATA: &str = include_str!("../../fixtures/orchard.metadata.json");

/// A file with an unhelpful name, gone when dropped.
struct File(PathBuf);

impl File {
    fn with(content: impl AsRef<[u8]>) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("routier-examples-{}-{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = env::temp_dir().join(name);
        fs::write(&path, content).unwrap();
        Self(path)
    }

    fn read(&self) -> Result<Graph, InputError> {
        read_file_with(&self.0, &Unpacked::default())
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn orchard() -> Graph {
    File::with(METADATA).read().unwrap()
}

fn full_name(graph: &Graph, package: usize) -> String {
    let package = &graph.packages[package];
    format!("{} {}", package.name, package.version)
}

/// `from -> to (kind)`, in the order of the rows.
fn arrows(graph: &Graph) -> Vec<String> {
    let arrow = |it: &Dependency| {
        let platform = it.platform.as_ref().map(|platform| format!(" on {platform}")).unwrap_or_default();
        format!("{} -> {} ({:?}{platform})", full_name(graph, it.from), full_name(graph, it.to), it.kind)
    };
    graph.dependencies.iter().map(arrow).collect()
}

#[test]
fn metadata_gives_every_kind_of_row() {
    let graph = orchard();
    let names: Vec<_> = (0..graph.packages.len()).map(|place| full_name(&graph, place)).collect();
    let expected =
        ["cider 0.3.1", "grafter 1.4.0", "orchard 0.1.0", "pear 0.9.4", "pear 1.2.0", "pear-macros 1.2.0"];
    assert_eq!(names, expected);
    assert_eq!(
        arrows(&graph),
        [
            "cider 0.3.1 -> pear 0.9.4 (Normal)",
            "orchard 0.1.0 -> cider 0.3.1 (Normal)",
            "orchard 0.1.0 -> grafter 1.4.0 (Normal on cfg(windows))",
            "orchard 0.1.0 -> grafter 1.4.0 (Build)",
            "orchard 0.1.0 -> pear 1.2.0 (Normal)",
            "orchard 0.1.0 -> pear 1.2.0 (Development)",
            "pear 1.2.0 -> pear-macros 1.2.0 (Normal)",
        ]
    );
    let to_cider = &graph.dependencies[1];
    assert_eq!((to_cider.requirement.as_deref(), to_cider.optional), (Some("^0.3"), true));
    let to_pear = &graph.dependencies[4];
    assert_eq!(
        (to_pear.features.as_slice(), to_pear.default_features),
        (["derive".to_owned()].as_slice(), true)
    );
    assert!(!graph.dependencies[5].default_features);
}

#[test]
fn metadata_gives_what_packages_say_of_themselves() {
    let graph = orchard();
    let orchard = &graph.packages[2];
    assert_eq!(orchard.source, Source::Local);
    assert_eq!(orchard.description.as_deref(), Some("Trees, and what they bear."));
    assert_eq!(orchard.edition.as_deref(), Some("2024"));
    assert_eq!(orchard.bytes, None, "its files are not on this machine");
    assert_eq!(graph.packages[1].source, Source::Registry("crates.io".to_owned()));
    assert!(
        matches!(&graph.packages[0].source, Source::Git(address) if address.starts_with("https://example.org"))
    );

    let of_pear: Vec<_> =
        graph.licenses.iter().filter(|it| it.package == 4).map(|it| it.spdx.as_str()).collect();
    assert_eq!(of_pear, ["MIT", "Apache-2.0", "Unicode-3.0"]);
    let press = graph.features.iter().find(|it| it.name == "press").unwrap();
    assert_eq!((press.package, press.enabled), (2, Some(true)));
    assert_eq!(press.enables, ["dep:cider", "pear/std"]);
    let idle = graph.features.iter().find(|it| it.package == 3).unwrap();
    assert_eq!((idle.name.as_str(), idle.enabled), ("std", Some(false)));
    let kinds: Vec<_> = graph.targets.iter().filter(|it| it.package == 2).map(|it| it.kind).collect();
    use TargetKind::*;
    assert_eq!(kinds, [Library, Binary, BuildScript, Example]);
    assert_eq!(graph.targets[0].crate_types, ["cdylib", "rlib"]);
}

#[test]
fn a_lock_file_gives_the_same_packages_and_edges() {
    let (lock, metadata) = (File::with(LOCK).read().unwrap(), orchard());
    let package = |it: &Package| (it.name.clone(), it.version.clone(), it.source.clone());
    let packages = |graph: &Graph| graph.packages.iter().map(package).collect::<Vec<_>>();
    assert_eq!(packages(&lock), packages(&metadata));
    let edges = |graph: &Graph| {
        let mut edges: Vec<_> = graph.dependencies.iter().map(|it| (it.from, it.to)).collect();
        edges.dedup();
        edges
    };
    assert_eq!(edges(&lock), edges(&metadata));
    assert!(lock.dependencies.iter().all(|it| it.kind == DependencyKind::Unstated));
    assert!(lock.features.is_empty() && lock.licenses.is_empty() && lock.targets.is_empty());
}

#[test]
fn unpacked_manifests_fill_in_a_lock_file() {
    let home = env::temp_dir().join(format!("routier-examples-home-{}", process::id()));
    let folder = home.join("registry/src/some-registry/pear-1.2.0");
    fs::create_dir_all(&folder).unwrap();
    let manifest = r#"
        package = { name = "pear", version = "1.2.0", license = "Zlib", edition = "2021" }
        dependencies = { pear-macros = { version = "=1.2.0", optional = true } }
        dev-dependencies = { pear-macros = "1" }
    "#;
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    let file = File::with(LOCK);
    let graph = read_file_with(&file.0, &Unpacked::below(&home)).unwrap();
    fs::remove_dir_all(&home).unwrap();

    assert_eq!(graph.origin, Origin::Lock { path: file.0.clone(), known: 1 });
    assert_eq!(graph.packages[4].license.as_deref(), Some("Zlib"));
    assert_eq!(graph.packages[4].bytes, Some(manifest.len() as u64));
    assert_eq!(arrows(&graph).last().unwrap(), "pear 1.2.0 -> pear-macros 1.2.0 (Normal)");
    assert!(graph.dependencies.last().unwrap().optional);
}

#[test]
fn what_cargo_wrote_before_the_json_is_passed_over() {
    let file = File::with(format!("warning: virtual workspace\n{METADATA}"));
    assert_eq!(file.read().unwrap().packages, orchard().packages);
}

#[test]
fn this_workspace_is_read_when_nothing_is_given() {
    let graph = read(None).unwrap();
    let place =
        |name: &str| graph.packages.iter().position(|it| it.name == name && it.source == Source::Local);
    let (examples, library) = (place("routier-examples").unwrap(), place("routier").unwrap());
    assert!(graph.dependencies.iter().any(|it| (it.from, it.to) == (examples, library)));
    assert!(graph.packages[library].license.is_some());
    assert!(graph.packages[library].bytes.is_some());
}

#[test]
fn the_lock_file_serves_where_cargo_cannot_answer() {
    let root = env::temp_dir().join(format!("routier-examples-root-{}", process::id()));
    fs::create_dir_all(root.join("inner")).unwrap();
    fs::write(root.join("Cargo.lock"), LOCK).unwrap();
    let graph = read_workspace(&Workspace::above(&root.join("inner")).unwrap()).unwrap();
    fs::remove_dir_all(&root).unwrap();
    assert!(matches!(graph.origin, Origin::Lock { .. }));
    assert_eq!(graph.packages.len(), 6);
}

/// One line, one sentence, naming the file.
fn check(error: InputError, path: &Path, expected: &str) {
    let text = error.to_string();
    let named = text.replace(&path.display().to_string(), "PATH");
    assert_eq!(named, expected);
}

#[test]
fn a_path_that_cannot_be_read_gets_one_sentence() {
    let missing = Path::new("/nowhere/at/all");
    let sentence =
        "there is no file `PATH`: give a `Cargo.lock` or the output of `cargo metadata --format-version 1`";
    check(read(Some(missing)).unwrap_err(), missing, sentence);

    let file = File::with(LOCK);
    let below = file.0.join("below-a-file");
    check(read(Some(&below)).unwrap_err(), &below, sentence);

    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let sentence =
        "`PATH` is a directory: give a `Cargo.lock` or the output of `cargo metadata --format-version 1`";
    check(read(Some(&folder)).unwrap_err(), &folder, sentence);

    let root = folder.ancestors().nth(2).unwrap();
    let sentence = "`PATH` is a directory: give a file, `PATH/Cargo.lock` say";
    check(read(Some(root)).unwrap_err(), root, sentence);
}

#[test]
fn a_file_that_is_something_else_gets_one_sentence() {
    let sentence = "`PATH` holds no dependency graph: give a `Cargo.lock` or the output of `cargo metadata --format-version 1`";
    for content in [
        b"".as_slice(),
        b"\n",
        b"hello, world",
        b"{",
        b"{}",
        b"[1, 2]",
        b"{\"packages\": 3}",
        b"\xff\xfe\x00",
        b"version = 4\n",
        include_bytes!("../../Cargo.toml"),
        b"[[package]]\nname = \"pear\"\n",
        b"[[package]]\nname = \"pear\"\nversion = \"one\"\n",
        b"[[package]]\nname = \"pear\"\nversion = \"1.0.0\"\ndependencies = [\"fig\"]\n",
    ] {
        let file = File::with(content);
        let error = file.read().unwrap_err();
        assert!(matches!(error, InputError::Unrecognized { .. }), "{content:?} gave {error:?}");
        check(error, &file.0, sentence);
    }
    let broken = File::with(LOCK.replace("version = \"0.1.0\"", "version = 1"));
    assert!(broken.read().unwrap_err().source().is_some(), "what the parser said is kept");
}

#[test]
fn metadata_without_its_dependencies_says_so() {
    let mut metadata: serde_json::Value = serde_json::from_str(METADATA).unwrap();
    metadata["resolve"] = serde_json::Value::Null;
    let file = File::with(metadata.to_string());
    check(
        file.read().unwrap_err(),
        &file.0,
        "`PATH` holds packages without their dependencies: write it by `cargo metadata --format-version 1`, \
         without `--no-deps`",
    );
}

#[test]
fn a_package_that_is_missing_gets_one_sentence() {
    let graph = orchard();
    assert_eq!(graph.package("pear").unwrap().version.to_string(), "0.9.4");
    for (name, expected) in [
        ("peach", "the graph has no package `peach`: `pear` and `pear-macros` come near"),
        ("macros", "the graph has no package `macros`: `pear-macros` comes near"),
        ("quince", "the graph has no package `quince`"),
    ] {
        assert_eq!(graph.package(name).unwrap_err().to_string(), expected);
    }
}
