package dev.merpati.gateway.console;

import dev.merpati.gateway.session.SessionView;
import org.jspecify.annotations.Nullable;

/**
 * What the account's owner runs in the console of a browser on WhatsApp's page, since browsers let a passkey sign only on
 * the pages of whom it belongs to. It asks the browser for the signature and copies the result.
 */
final class PasskeyScript {
    private PasskeyScript() {}

    /** Null when WhatsApp asks for no passkey. */
    static @Nullable String of(SessionView session) {
        if (session.passkey() == null) {
            return null;
        }
        // JSON is JavaScript, so that nothing in it can end the expression.
        return """
                (async () => {
                  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(%s);
                  const credential = await navigator.credentials.get({publicKey});
                  const assertion = JSON.stringify(credential.toJSON());
                  console.log(assertion);
                  await navigator.clipboard.writeText(assertion).catch(() => {});
                })();
                """.formatted(session.passkey());
    }
}
