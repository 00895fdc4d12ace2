package dev.merpati.gateway.auth;

import dev.merpati.gateway.error.Errors;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks what a person has entered for a new key. */
public final class KeyForm {
    private KeyForm() {}

    /**
     * Makes a request of it; an error of 400 when it is none.
     *
     * @param scopes as the API spells them; unknown ones are ignored
     * @param expiresAt null for never
     */
    public static TenantKeys.NewKey of(String name, List<String> scopes, @Nullable Instant expiresAt, boolean test) {
        String checkedName = NewKeyRequest.checkedName(name);
        Set<Scope> wanted = EnumSet.noneOf(Scope.class);
        scopes.forEach(scope -> Scope.ofWireName(scope).ifPresent(wanted::add));
        if (wanted.isEmpty()) {
            throw Errors.invalidField("scopes", "none", "one or more").exception();
        }
        return new TenantKeys.NewKey(checkedName, wanted, expiresAt, test);
    }
}
