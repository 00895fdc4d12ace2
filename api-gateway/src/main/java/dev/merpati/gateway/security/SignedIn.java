package dev.merpati.gateway.security;

import java.security.Principal;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContext;
import reactor.core.publisher.Mono;

/**
 * Whoever is logged in to the console in the browser that made the current request.
 *
 * @param tenantId of the tenant that the account belongs to
 * @param email as it is in the account now
 */
public record SignedIn(String tenantId, String email) implements Principal {

    @Override
    public String getName() {
        return tenantId;
    }

    /** Returns who is logged in; empty when nobody is. Works wherever the request's Reactor context is. */
    public static Mono<SignedIn> current() {
        return ReactiveSecurityContextHolder.getContext()
                .mapNotNull(SecurityContext::getAuthentication)
                .mapNotNull(Authentication::getPrincipal)
                .ofType(SignedIn.class);
    }

    @Override
    public String toString() {
        return "SignedIn[" + tenantId + "]";
    }
}
