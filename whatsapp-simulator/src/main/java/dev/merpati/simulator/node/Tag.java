package dev.merpati.simulator.node;

/** The bytes that start a value in WhatsApp's binary XML. */
final class Tag {
    static final int EMPTY = 0;
    static final int DICTIONARY_0 = 236;
    static final int DICTIONARY_3 = 239;
    /** A user of another company's messenger: user, device and integrator as 16 bits each, server. */
    static final int INTEROP_JID = 245;

    /** What no client knows, as a new kind of address would be. */
    static final int UNKNOWN = 244;

    /** A user of Messenger: user, device as 16 bits, server. */
    static final int MESSENGER_JID = 246;

    static final int AD_JID = 247;
    static final int LIST_8 = 248;
    static final int LIST_16 = 249;
    static final int JID_PAIR = 250;
    static final int HEX_8 = 251;
    static final int BINARY_8 = 252;
    static final int BINARY_20 = 253;
    static final int BINARY_32 = 254;
    static final int NIBBLE_8 = 255;

    /** The domain byte of an {@link #AD_JID} whose server is {@link Jid#HIDDEN}; 0 stands for phone numbers. */
    static final int HIDDEN_DOMAIN = 1;

    private Tag() {}
}
