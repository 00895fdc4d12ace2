package dev.merpati.worker.whatsapp;

import dev.merpati.model.whatsapp.ClientVersion;
import java.util.Optional;

/** A library that connects to WhatsApp. Thread-safe; one for the whole worker. */
public interface WhatsAppConnector extends AutoCloseable {

    /**
     * Begins to connect and returns at once; what happens is told to the listener.
     *
     * @param request whom to connect, by stored credentials or by showing a QR code
     * @throws UnreadableCredentialsException when the credentials are not those of a device that this library paired
     * @return the one connection, which is never reused: after {@link ConnectionListener#closed} a new one is opened
     */
    WhatsAppConnection open(ConnectionRequest request, ConnectionListener listener);

    /** Asks WhatsApp which client version is the newest; empty when that cannot be found out now. Blocks for a while. */
    default Optional<ClientVersion> newestVersion() {
        return Optional.empty();
    }

    /**
     * Fetches and decrypts a received file, which needs no connection of its session. Blocks, for a time that depends on the
     * file's size.
     *
     * @param maxBytes how large the file may be
     * @param reader gets the file, perhaps more than once: see {@link MediaReader}. What it throws comes out of this call
     * @throws MediaUnavailableException when it cannot be had
     */
    default void download(IncomingContent.Media media, long maxBytes, MediaReader reader)
            throws MediaUnavailableException {
        throw new MediaUnavailableException(
                MediaUnavailableException.Reason.UNREACHABLE, "this connector fetches no files");
    }

    /** Releases what all connections share. The connections have been closed before. */
    @Override
    void close();
}
