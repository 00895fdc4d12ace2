package dev.merpati.worker.whatsapp;

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

    /** Releases what all connections share. The connections have been closed before. */
    @Override
    void close();
}
