//! What the vault promises: nothing opens that was changed, cut or moved.

// In a test, a panic is the report.
#![allow(clippy::unwrap_used)]

mod support;

use std::os::unix::fs::PermissionsExt;

use store::chunks::{SEGMENT, sealed_len};
use store::master_key::MASTER_KEY_FILE;
use store::{ChunkReader, ChunkSealer, DataKey, Vault, VaultError, load_or_create_master_key};
use support::TempDir;

const PLACE: &str = "people.name:1";

fn vault() -> Vault {
    Vault::open([7; 32]).unwrap()
}

#[test]
fn a_value_opens_in_its_place_and_nowhere_else() {
    let sealed = vault().seal(PLACE, "张三".as_bytes()).unwrap();
    assert_eq!(sealed.len(), "张三".len() + 29);
    assert_eq!(vault().open_text(PLACE, &sealed).unwrap(), "张三");
    assert_ne!(sealed, vault().seal(PLACE, "张三".as_bytes()).unwrap(), "a fresh nonce each time");
    assert_eq!(vault().open_sealed("people.name:2", &sealed), Err(VaultError::Tampered));
    let other = Vault::open([8; 32]).unwrap();
    assert_eq!(other.open_sealed(PLACE, &sealed), Err(VaultError::Tampered));
}

#[test]
fn every_changed_or_missing_byte_is_found() {
    let sealed = vault().seal(PLACE, b"330102199001011234").unwrap();
    for index in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[index] ^= 1;
        assert!(vault().open_sealed(PLACE, &changed).is_err(), "byte {index}");
        assert!(vault().open_sealed(PLACE, &sealed[..index]).is_err(), "cut at {index}");
    }
    let mut newer = sealed;
    newer[0] = 9;
    assert_eq!(vault().open_sealed(PLACE, &newer), Err(VaultError::UnknownVersion(9)));
}

#[test]
fn look_up_codes_are_stable_and_cannot_be_linked() {
    let other = Vault::open([8; 32]).unwrap();
    let code = |vault: &Vault, purpose| vault.mac(purpose, "330102199001011234").unwrap();
    let known = code(&vault(), "people.id_number");
    assert_eq!(known.len(), 64);
    assert_eq!(known, code(&vault(), "people.id_number"));
    assert_ne!(known, code(&vault(), "agents.id_number"));
    assert_ne!(known, code(&other, "people.id_number"));
    assert_ne!(vault().fingerprint().unwrap(), other.fingerprint().unwrap());
}

#[test]
fn data_keys_survive_wrapping_and_belong_to_their_case() {
    let (key, wrapped) = vault().new_key("case_keys.wrapped:1").unwrap();
    let sealed = key.seal(PLACE, b"secret").unwrap();
    let again = vault().unwrap_key("case_keys.wrapped:1", &wrapped).unwrap();
    assert_eq!(again.open(PLACE, &sealed).unwrap(), b"secret");
    assert!(vault().unwrap_key("case_keys.wrapped:2", &wrapped).is_err());
    let (other, _) = vault().new_key("case_keys.wrapped:1").unwrap();
    assert_eq!(other.open(PLACE, &sealed), Err(VaultError::Tampered), "each case has its own key");
    assert!(vault().open_sealed(PLACE, &sealed).is_err(), "and the vault alone does not open it");
}

#[test]
fn debug_output_shows_no_key() {
    let (key, _) = vault().new_key("k").unwrap();
    let sealer = ChunkSealer::new(&key, "f").unwrap();
    let sealed = seal_file(&key, b"abc", 3);
    let reader = ChunkReader::new(&key, "files:1", &sealed[..17], sealed.len() as u64).unwrap();
    let text = format!("{:?} {key:?} {sealer:?} {reader:?}", vault());
    assert_eq!(text, "Vault(…) DataKey(…) ChunkSealer { segment: 0, .. } ChunkReader { plain: 3, .. }");
}

fn seal_file(key: &DataKey, plain: &[u8], piece: usize) -> Vec<u8> {
    let mut sealer = ChunkSealer::new(key, "files:1").unwrap();
    let mut out = Vec::new();
    for part in plain.chunks(piece) {
        sealer.update(part, &mut out).unwrap();
    }
    sealer.finish(&mut out).unwrap();
    out
}

fn open_file(key: &DataKey, context: &str, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
    let header = sealed.get(..17).ok_or(VaultError::Tampered)?;
    let reader = ChunkReader::new(key, context, header, sealed.len() as u64)?;
    let mut out = Vec::new();
    for number in 0..reader.segments() {
        let place = reader.place(number);
        let part = usize::try_from(place.start).unwrap()..usize::try_from(place.end).unwrap();
        out.extend(reader.open(number, sealed[part].to_vec())?);
    }
    assert_eq!(out.len() as u64, reader.plain_len());
    Ok(out)
}

fn sample(length: usize) -> Vec<u8> {
    (0..=250u8).cycle().take(length).collect()
}

#[test]
fn files_of_every_size_come_back_whatever_the_pieces() {
    let (key, _) = vault().new_key("k").unwrap();
    for length in [0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 2 * SEGMENT, 3 * SEGMENT + 77] {
        let plain = sample(length);
        for piece in [1000, SEGMENT, 1 << 20] {
            let sealed = seal_file(&key, &plain, piece);
            assert_eq!(sealed.len() as u64, sealed_len(length as u64), "{length}");
            assert!(open_file(&key, "files:1", &sealed).unwrap() == plain, "{length}");
        }
    }
}

#[test]
fn memory_stays_at_one_segment() {
    let (key, _) = vault().new_key("k").unwrap();
    let mut sealer = ChunkSealer::new(&key, "files:1").unwrap();
    let piece = sample(8192);
    for _ in 0..512 {
        let mut out = Vec::new();
        sealer.update(&piece, &mut out).unwrap();
        assert!(out.len() <= SEGMENT + 16 + 17);
    }
}

#[test]
fn cut_reordered_repeated_and_moved_segments_are_found() {
    const STEP: usize = SEGMENT + 16;
    let (key, _) = vault().new_key("k").unwrap();
    let sealed = seal_file(&key, &sample(3 * SEGMENT), 4096);
    let (header, body) = sealed.split_at(17);
    let segments: Vec<&[u8]> = body.chunks(STEP).collect();
    assert_eq!(segments.len(), 3);
    let file = |order: &[usize]| {
        let mut file = header.to_vec();
        for index in order {
            file.extend_from_slice(segments[*index]);
        }
        file
    };
    let fails = |sealed: &[u8]| {
        assert_eq!(open_file(&key, "files:1", sealed), Err(VaultError::Tampered));
    };
    assert!(open_file(&key, "files:1", &file(&[0, 1, 2])).is_ok());
    for order in [&[0, 1][..], &[0], &[], &[1, 0, 2], &[0, 2, 1], &[0, 0, 1, 2], &[0, 1, 2, 2], &[1, 2]] {
        fails(&file(order));
    }
    for cut in [1, 15, 16, STEP - 1, STEP + 1, body.len(), sealed.len() - 5, sealed.len()] {
        fails(&sealed[..sealed.len() - cut]);
    }
    for index in [1, 17, 17 + STEP, sealed.len() - 1] {
        let mut changed = sealed.clone();
        changed[index] ^= 128;
        fails(&changed);
    }
    let mut longer = sealed.clone();
    longer.push(0);
    fails(&longer);
    assert_eq!(open_file(&key, "files:2", &sealed), Err(VaultError::Tampered));
    let (other, _) = vault().new_key("k").unwrap();
    assert_eq!(open_file(&other, "files:1", &sealed), Err(VaultError::Tampered));
}

#[test]
fn the_master_key_is_made_once_and_kept_private() {
    let dir = TempDir::new();
    let path = dir.path().join(MASTER_KEY_FILE);
    let keys: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| load_or_create_master_key(dir.path()).unwrap())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(keys.iter().all(|key| *key == keys[0]), "all servers have the same key");
    assert_eq!(load_or_create_master_key(dir.path()).unwrap(), keys[0]);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "no drafts left behind");
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let error = load_or_create_master_key(dir.path()).unwrap_err().to_string();
    assert!(error.contains("chmod"), "{error}");

    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::write(&path, "short").unwrap();
    assert!(load_or_create_master_key(dir.path()).is_err(), "a damaged key is not replaced");
}
