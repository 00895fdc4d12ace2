/** Accounts: how a person signs up, logs in, and keeps the login to a tenant. */
@NullMarked
package dev.merpati.gateway.account;

import org.jspecify.annotations.NullMarked;
