package dev.merpati.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The folder with all data, locked for as long as this run uses it. The kernel frees the lock of a killed run. */
final class DataFolder implements AutoCloseable {
    private final Path folder;
    private final FileChannel lockFile;

    private DataFolder(Path folder, FileChannel lockFile) {
        this.folder = folder;
        this.lockFile = lockFile;
    }

    /** @throws StartupException when another run uses the folder, or it cannot be written to */
    static DataFolder open(Path folder) {
        try {
            Files.createDirectories(folder);
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

    /** The certificate authority of the simulator, for the worker to trust. */
    Path simulatorCertificate() {
        return folder.resolve("simulator-ca.pem");
    }

    /** The file with everything that is logged; needed before the folder can be opened. */
    static Path log(Path folder) {
        return folder.resolve("logs").resolve("merpati.log");
    }

    Path secrets() {
        return folder.resolve("secrets.properties");
    }

    /** Written when everything serves, absent before and after. */
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
