package dev.merpati.worker.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.merpati.worker.settings.CommandSettings;

/**
 * Numbers that were registered on WhatsApp a while ago. Only those: a number that is not registered today may be so in a
 * minute. Bounded, thread-safe.
 */
final class RegisteredNumbers {
    private final Cache<String, Boolean> known;

    RegisteredNumbers(CommandSettings settings) {
        known = Caffeine.newBuilder()
                .maximumSize(settings.registeredNumbersSize())
                .expireAfterWrite(settings.registeredNumbersTtl())
                .build();
    }

    boolean contains(String phoneNumber) {
        return known.getIfPresent(phoneNumber) != null;
    }

    void add(String phoneNumber) {
        known.put(phoneNumber, Boolean.TRUE);
    }
}
