package dev.merpati.model.command;

/** How WhatsApp shows a file. */
public enum MediaKind {
    IMAGE,
    VIDEO,
    AUDIO,
    DOCUMENT
}
