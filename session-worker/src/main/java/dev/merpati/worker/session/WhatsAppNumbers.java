package dev.merpati.worker.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.merpati.model.number.NumberStatus;
import dev.merpati.worker.settings.CommandSettings;
import dev.merpati.worker.whatsapp.NumberCheck;
import org.jspecify.annotations.Nullable;

/**
 * Remembers numbers that were registered on WhatsApp a while ago, and the address that WhatsApp named for each. Only
 * those: a number that is not registered today may be so in a minute. Bounded, thread-safe.
 */
final class WhatsAppNumbers {
    private final Cache<String, NumberCheck> valid;

    WhatsAppNumbers(CommandSettings settings) {
        valid = Caffeine.newBuilder()
                .maximumSize(settings.registeredNumbersSize())
                .expireAfterWrite(settings.registeredNumbersTtl())
                .build();
    }

    @Nullable
    NumberCheck find(String phoneNumber) {
        return valid.getIfPresent(phoneNumber);
    }

    void add(String phoneNumber, NumberCheck check) {
        if (check.status() == NumberStatus.VALID) {
            valid.put(phoneNumber, check);
        }
    }
}
