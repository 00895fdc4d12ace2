package dev.merpati.simulator.media;

/** The kinds of media that have keys of their own. */
public enum MediaKind {
    IMAGE("WhatsApp Image Keys"),
    VIDEO("WhatsApp Video Keys"),
    AUDIO("WhatsApp Audio Keys"),
    DOCUMENT("WhatsApp Document Keys"),

    /** The history that a phone gives to a new companion. */
    HISTORY("WhatsApp History Keys"),

    /** Snapshots and large patches of the app state. */
    APP_STATE("WhatsApp App State Keys");

    private final String keyInfo;

    MediaKind(String keyInfo) {
        this.keyInfo = keyInfo;
    }

    /** The HKDF info of its keys. */
    String keyInfo() {
        return keyInfo;
    }
}
