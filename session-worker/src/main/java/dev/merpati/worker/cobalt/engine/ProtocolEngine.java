package dev.merpati.worker.cobalt.engine;

import dev.merpati.worker.cobalt.transport.WhatsAppSocket;
import it.auties.whatsapp.io.BinaryDecoder;
import it.auties.whatsapp.model.node.Node;

/** Turns the bytes of one socket into stanzas and back: handshake, encryption, binary form. For one stream, never reused. */
public interface ProtocolEngine extends StanzaChannel {
    /** Stands in for a stanza that could not be read; its attributes are those that could, and {@value #DESCRIPTION}. */
    String UNREADABLE = BinaryDecoder.UNREADABLE;

    /** What an unreadable stanza says that it is, if it got that far. */
    String DESCRIPTION = BinaryDecoder.DESCRIPTION;

    /** Hears what comes. Called in the order of arrival, on the thread that hands in the bytes. */
    interface Owner {
        /** A stanza came; if it answers a query, whoever waits for it has been told before. */
        void received(Node stanza);

        /** A stanza is about to leave. On the thread that sends it. */
        void sending(Node stanza);

        /** From here on nothing that comes can be read: the handshake failed, or bytes do not decrypt. On any thread. */
        void broken();
    }

    /**
     * Begins the handshake on an open socket.
     *
     * @param prefix goes before the first byte
     */
    void open(WhatsAppSocket socket, byte[] prefix);

    /** Takes the content of a frame. */
    void received(byte[] frame);

    /** Ends what waits for a response, and closes the socket. */
    void shut();
}
