package dev.merpati.worker.cobalt;

import dev.merpati.worker.whatsapp.ConnectionListener;
import dev.merpati.worker.whatsapp.ConnectionRequest;
import dev.merpati.worker.whatsapp.WhatsAppConnection;
import dev.merpati.worker.whatsapp.WhatsAppConnector;

/** Connects to WhatsApp by means of Cobalt. */
public final class CobaltConnector implements WhatsAppConnector {

    private final CobaltSettings settings;

    public CobaltConnector(CobaltSettings settings) {
        this.settings = settings;
    }

    @Override
    public WhatsAppConnection open(ConnectionRequest request, ConnectionListener listener) {
        throw new UnsupportedOperationException("the connection follows; " + settings.clientVersion());
    }

    @Override
    public void close() {}
}
