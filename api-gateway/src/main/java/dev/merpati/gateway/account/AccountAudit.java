package dev.merpati.gateway.account;

import dev.merpati.gateway.audit.AuditEvent;
import dev.merpati.gateway.audit.AuditLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Notes what happens to accounts. Never fails: what was done is done, and its answer must say so. */
@Component
class AccountAudit {
    private static final Logger log = LoggerFactory.getLogger(AccountAudit.class);

    private final AuditLog auditLog;

    AccountAudit(AuditLog auditLog) {
        this.auditLog = auditLog;
    }

    /** @param action lower case, a stable name, as {@code password.changed} */
    Mono<Void> note(Account account, String action, Visitor visitor) {
        return note(account.tenantId(), account.email(), action, "", visitor.address());
    }

    Mono<Void> note(String tenantId, String actor, String action, String subject, String address) {
        return auditLog.record(tenantId, new AuditEvent(actor, action, subject, address))
                .onErrorResume(failure -> {
                    log.warn("'{}' of tenant {} is missing in its audit log: {}", action, tenantId, failure.toString());
                    return Mono.empty();
                });
    }
}
