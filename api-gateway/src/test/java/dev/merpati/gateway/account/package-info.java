@NullMarked
package dev.merpati.gateway.account;

import org.jspecify.annotations.NullMarked;
