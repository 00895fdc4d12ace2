/** The REST API of Merpati: a stateless application that turns requests into commands, and outcomes into responses. */
@NullMarked
package dev.merpati.gateway;

import org.jspecify.annotations.NullMarked;
