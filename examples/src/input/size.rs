use std::{fs, io, path::Path};

/// The bytes of a package's files: everything below the folder of its manifest but build output, hidden files and
/// packages nested in it. `None` where the folder is not on this machine.
pub(super) fn bytes(manifest: &Path) -> Option<u64> {
    if !manifest.is_file() {
        return None;
    }
    below(manifest.parent()?).ok()
}

fn below(folder: &Path) -> io::Result<u64> {
    let mut total = 0;
    let mut waiting = vec![folder.to_owned()];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let (kind, name) = (entry.file_type()?, entry.file_name());
            if name.to_string_lossy().starts_with('.') {
                continue;
            }
            if kind.is_file() {
                total += entry.metadata()?.len();
            } else if kind.is_dir() && name != "target" && !entry.path().join("Cargo.toml").exists() {
                waiting.push(entry.path());
            }
        }
    }
    Ok(total)
}

#[cfg(test)]
mod tests {
    use std::{env, fs, path::Path, process};

    use super::bytes;

    #[test]
    fn only_the_files_of_the_package_itself_count() {
        let root = env::temp_dir().join(format!("routier-examples-size-{}", process::id()));
        for (file, text) in [
            ("Cargo.toml", "12345"),
            ("src/lib.rs", "1234567"),
            ("target/out", "not counted"),
            (".git/index", "not counted"),
            ("nested/Cargo.toml", "not counted"),
            ("nested/src/lib.rs", "not counted"),
        ] {
            let path = root.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        assert_eq!(bytes(&root.join("Cargo.toml")), Some(12));
        assert_eq!(bytes(Path::new("/nowhere/Cargo.toml")), None);
        fs::remove_dir_all(root).unwrap();
    }
}
