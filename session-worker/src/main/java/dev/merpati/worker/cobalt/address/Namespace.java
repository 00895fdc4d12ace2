package dev.merpati.worker.cobalt.address;

import it.auties.whatsapp.model.jid.JidServer;

/**
 * What the user part of an address means. The domain is the number under which binary stanzas name it in the address of
 * a device (whatsmeow {@code types/jid.go}, Baileys {@code WABinary/jid-utils.ts}).
 */
public enum Namespace {
    /** A phone number. */
    PHONE("s.whatsapp.net", 0),
    /** A hidden id, which says nothing of the number. */
    LID("lid", 1),
    /** A phone number of a business whose messages Meta's cloud handles. */
    HOSTED("hosted", 128),
    /** The hidden id of such a business. */
    HOSTED_LID("hosted.lid", 129);

    private final String server;
    private final int domain;

    Namespace(String server, int domain) {
        this.server = server;
        this.domain = domain;
    }

    public String server() {
        return server;
    }

    int domain() {
        return domain;
    }

    JidServer jidServer() {
        return switch (this) {
            case PHONE -> JidServer.whatsapp();
            case LID -> JidServer.lid();
            case HOSTED, HOSTED_LID -> JidServer.of(server);
        };
    }
}
