@NullMarked
package dev.merpati.gateway.auth;

import org.jspecify.annotations.NullMarked;
