package dev.merpati.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The folder with all data, open to its owner alone and locked while this run uses it. The kernel releases the lock of a
 * killed run.
 */
final class DataFolder implements AutoCloseable {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    private final Path folder;
    private final FileChannel lockFile;

    private DataFolder(Path folder, FileChannel lockFile) {
        this.folder = folder;
        this.lockFile = lockFile;
    }

    /** @throws StartupException if another run uses the folder, or it cannot be written to */
    static DataFolder open(Path folder) {
        try {
            makePrivate(folder);
            FileChannel lockFile =
                    FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!locked(lockFile)) {
                lockFile.close();
                throw new StartupException("the data folder " + folder.toAbsolutePath()
                        + " is in use by another run; stop that one or choose another folder with --data");
            }
            DataFolder data = new DataFolder(folder.toAbsolutePath().normalize(), lockFile);
            Files.deleteIfExists(data.readyFile());
            return data;
        } catch (IOException e) {
            throw new StartupException("the data folder " + folder.toAbsolutePath() + " cannot be used: " + e);
        }
    }

    /**
     * Makes the folder, or takes from a folder of ours what rights others have on it: message texts, files and keys lie in
     * it. Does nothing where there are no such rights.
     *
     * @return whether others had rights on it
     * @throws StartupException when the folder is not ours to close to others
     */
    static boolean makePrivate(Path folder) {
        Path absolute = folder.toAbsolutePath().normalize();
        try {
            if (!Files.exists(absolute)) {
                Path parent = Files.createDirectories(absolute.resolveSibling(""));
                if (isPosix(parent)) {
                    Files.createDirectory(absolute, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
                } else {
                    Files.createDirectory(absolute);
                }
                return false;
            }
            if (!Files.isDirectory(absolute)) {
                throw new StartupException("the data folder " + absolute + " is no folder; choose another with --data");
            }
            if (!isPosix(absolute) || OWNER_ONLY.containsAll(Files.getPosixFilePermissions(absolute))) {
                return false;
            }
            String rights = PosixFilePermissions.toString(Files.getPosixFilePermissions(absolute));
            if (!isOursOrEmpty(absolute)) {
                throw new StartupException("the data folder " + absolute + " is open to others (" + rights
                        + ") and holds files that are not Merpati's; choose a folder of its own with --data");
            }
            try {
                Files.setPosixFilePermissions(absolute, OWNER_ONLY);
            } catch (FileSystemException e) {
                throw new StartupException(
                        "the data folder " + absolute + " is open to others (" + rights
                                + ") and belongs to somebody else; run chmod 700 on it as its owner, or choose another with --data");
            }
            return true;
        } catch (IOException e) {
            throw new StartupException("the data folder " + absolute + " cannot be used: " + e);
        }
    }

    private static boolean isPosix(Path folder) {
        return Files.getFileAttributeView(folder, PosixFileAttributeView.class) != null;
    }

    private static boolean isOursOrEmpty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return Files.exists(folder.resolve("lock"))
                    || Files.exists(folder.resolve("secrets.properties"))
                    || files.findAny().isEmpty();
        }
    }

    private static boolean locked(FileChannel lockFile) throws IOException {
        try {
            FileLock lock = lockFile.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    Path kafka() {
        return folder.resolve("kafka");
    }

    Path redis() {
        return folder.resolve("redis");
    }

    Path media() {
        return folder.resolve("media");
    }

    Path simulator() {
        return folder.resolve("simulator");
    }

    /** The simulator's certificate authority, which the worker trusts. */
    Path simulatorCertificate() {
        return folder.resolve("simulator-ca.pem");
    }

    /** The log file; needed before the folder can be opened. */
    static Path log(Path folder) {
        return folder.resolve("logs").resolve("merpati.log");
    }

    Path secrets() {
        return folder.resolve("secrets.properties");
    }

    /** Exists exactly as long as everything serves. */
    Path readyFile() {
        return folder.resolve("standalone.json");
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(readyFile());
            lockFile.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
