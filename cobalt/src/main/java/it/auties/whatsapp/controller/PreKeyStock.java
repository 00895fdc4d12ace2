package it.auties.whatsapp.controller;

import org.jspecify.annotations.NullMarked;

/** The one-time keys of a device, which Cobalt only ever adds to. */
@NullMarked
public final class PreKeyStock {
    private PreKeyStock() {}

    /** Drops the oldest, which have been used or have lain with the server for long. */
    public static void keepNewest(Keys keys, int count) {
        while (keys.preKeys.size() > count) {
            keys.preKeys.removeFirst();
        }
    }
}
